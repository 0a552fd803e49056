// A real provider of OpenID Connect, for tests: one line with its issuer, then it serves.
// What a test wants to go wrong it asks for under /control, which no provider has.
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer } from 'node:http';

import * as oidc from 'oidc-provider';

const wanted = JSON.parse(process.argv[2]);
const accounts = new Map(Object.entries(wanted.accounts ?? {}));
const seconds = { code: 60 };
let keys = [newKey()];
let handle;
let provider;
let away = false;

function newKey() {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
  const kid = randomUUID();
  return [
    { ...rsa.export({ format: 'jwk' }), kid: `${kid}-rsa`, use: 'sig', alg: 'RS256' },
    { ...privateKey.export({ format: 'jwk' }), kid: `${kid}-ec`, use: 'sig', alg: 'ES256' },
  ];
}

function start(issuer) {
  provider = new oidc.Provider(issuer, {
    clients: wanted.clients,
    jwks: { keys: keys.flat() },
    cookies: { keys: ['for tests only'] },
    claims: {
      openid: ['sub'],
      email: ['email', 'email_verified'],
      profile: ['given_name', 'family_name', 'name'],
    },
    ttl: {
      AuthorizationCode: () => seconds.code,
      AccessToken: 300,
      Grant: 600,
      IdToken: 300,
      Interaction: 300,
      Session: 600,
    },
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    findAccount: (_ctx, id) => ({
      accountId: id,
      claims: () => ({ sub: id, ...(accounts.get(id) ?? {}) }),
    }),
    // Whoever signs in consents: consent is not what these tests are about.
    loadExistingGrant: async (ctx) => {
      const grant = new ctx.oidc.provider.Grant({
        clientId: ctx.oidc.client.clientId,
        accountId: ctx.oidc.session.accountId,
      });
      grant.addOIDCScope('openid email profile');
      await grant.save();
      return grant;
    },
  });
  handle = provider.callback();
}

function page(text) {
  return `<!doctype html><html lang="en"><link rel="icon" href="data:,"><title>Harbour pass</title><h1>Harbour pass</h1>${text}`;
}

async function body(request) {
  let text = '';
  for await (const piece of request) text += piece;
  return text;
}

async function interaction(request, response, uid) {
  if (request.method === 'GET') {
    response.setHeader('content-type', 'text/html');
    response.end(
      page(`<form method="post" action="/interaction/${uid}">
<label>Account <input name="account"></label>
<button name="answer" value="login">Sign in</button>
<button name="answer" value="refuse">No</button></form>`),
    );
    return;
  }
  const form = new URLSearchParams(await body(request));
  const result =
    form.get('answer') === 'refuse'
      ? { error: 'access_denied', error_description: 'the person said no' }
      : { login: { accountId: form.get('account') } };
  await provider.interactionFinished(request, response, result, {
    mergeWithLastSubmission: false,
  });
}

async function control(request, response, what) {
  const asked = JSON.parse((await body(request)) || '{}');
  if (what === 'rotate') {
    keys = [newKey()];
    start(provider.issuer);
  } else if (what === 'code-seconds') {
    seconds.code = asked.seconds;
  } else if (what === 'account') {
    accounts.set(asked.account, asked.claims);
  } else if (what === 'returns-to') {
    wanted.clients[0].redirect_uris.push(asked.address);
    start(provider.issuer);
  } else if (what === 'away') {
    away = asked.away;
  }
  response.end('{}');
}

const server = createServer(async (request, response) => {
  const [, first, second] = new URL(request.url, 'http://localhost').pathname.split('/');
  try {
    if (first === 'control') await control(request, response, second);
    else if (away) response.writeHead(500).end();
    else if (first === 'interaction') await interaction(request, response, second);
    else await handle(request, response);
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
});
server.listen(0, '127.0.0.1', () => {
  const issuer = `http://127.0.0.1:${server.address().port}`;
  start(issuer);
  console.log(issuer);
});
