# shellcheck shell=bash
# Sourced, not run. uv does not read pip's configuration, so where packages come from is handed
# over in the environment of this one run: nothing of it is ever written to a file.
pip_setting() { # NAME: the environment wins over the configuration file, as it does in pip
    local variable
    variable=PIP_$(printf '%s' "$1" | tr 'a-z-' 'A-Z_')
    if [ -n "${!variable:-}" ]; then
        printf '%s' "${!variable}"
    else
        sed -n "s/^\(global\|install\)\.$1='\(.*\)'\$/\2/p" <<<"$pip_settings" | tail -n 1 | sed 's/\\n/ /g'
    fi
}

hand_index_to_uv() { # PYTHON
    local pip_settings value
    pip_settings=$("$1" -m pip config list 2>/dev/null || true)
    value=$(pip_setting index-url) && [ -n "$value" ] && export UV_DEFAULT_INDEX="${UV_DEFAULT_INDEX:-$value}"
    value=$(pip_setting extra-index-url) && [ -n "$value" ] && export UV_INDEX="${UV_INDEX:-$value}"
    value=$(pip_setting find-links) && [ -n "$value" ] && export UV_FIND_LINKS="${UV_FIND_LINKS:-${value// /,}}"
    value=$(pip_setting cert) && [ -n "$value" ] && export SSL_CERT_FILE="${SSL_CERT_FILE:-$value}"
    value=$(pip_setting trusted-host) && [ -n "$value" ] && export UV_INSECURE_HOST="${UV_INSECURE_HOST:-$value}"
    # As pip: the best version wins, whichever index has it. The lock's hashes guard what comes.
    export UV_INDEX_STRATEGY=unsafe-best-match UV_PYTHON_DOWNLOADS=never UV_NO_PROGRESS=1
    export PIP_DISABLE_PIP_VERSION_CHECK=1
}
