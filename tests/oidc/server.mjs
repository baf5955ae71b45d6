// An OAuth server that is not ours (npm oidc-provider), on a free port of 127.0.0.1, with a person
// who always says yes. Programs may register themselves. Prints one line of JSON when it is ready
// and ends with its standard input. Arguments: how long access works in seconds, and the address it
// is known by where that is not its own, as behind a proxy.
//
// Not here: what the tests ask of it. `login_hint=refuse` makes the person say no.

import { createServer } from "node:http";
import { randomBytes } from "node:crypto";

// Standard output is for the one line; whatever the library has to say goes elsewhere.
console.info = console.warn = console.log = (...words) => process.stderr.write(`${words.join(" ")}\n`);
const { Provider } = await import("oidc-provider");

const REDIRECTS = ["http://127.0.0.1/callback", "dev.drawbridge.desktop:/oauth/callback"];
const GRANTS = ["authorization_code", "refresh_token", "urn:ietf:params:oauth:grant-type:device_code"];
const secret = randomBytes(24).toString("hex");
const seconds = Number(process.argv[2] ?? 3600);
const known = process.argv[3];

const client = (client_id, method) => ({
  client_id,
  ...(method === "none" ? {} : { client_secret: secret }),
  token_endpoint_auth_method: method,
  application_type: "native",
  grant_types: GRANTS,
  response_types: ["code"],
  redirect_uris: REDIRECTS,
});

const configuration = {
  clients: [
    client("public-client", "none"),
    client("basic-client", "client_secret_basic"),
    client("post-client", "client_secret_post"),
    { ...client("service-client", "client_secret_basic"), application_type: "web", grant_types: ["client_credentials"], response_types: [], redirect_uris: [] },
  ],
  cookies: { keys: [randomBytes(24).toString("hex")] },
  scopes: ["openid", "offline_access", "repo", "read:org"],
  claims: { openid: ["sub"], profile: ["name", "preferred_username"], email: ["email"] },
  features: {
    clientCredentials: { enabled: true },
    devInteractions: { enabled: false },
    deviceFlow: { enabled: true },
    introspection: { enabled: true },
    registration: { enabled: true, initialAccessToken: false },
    registrationManagement: { enabled: true },
    revocation: { enabled: true },
  },
  pkce: { required: () => true },
  // A new one at every use; the use of an old one ends the whole grant.
  rotateRefreshToken: () => true,
  ttl: { AccessToken: seconds, AuthorizationCode: 60, DeviceCode: 600, RefreshToken: 86400, Grant: 86400, Session: 86400, Interaction: 600 },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: async () => ({ sub: id, preferred_username: `login-${id}`, name: "A Person", email: "person@example.org" }),
  }),
  async loadExistingGrant(context) {
    const { provider, client, result, session, requestParamScopes } = context.oidc;
    const known = result?.consent?.grantId ?? session.grantIdFor(client.clientId);
    const grant = known ? await provider.Grant.find(known) : undefined;
    if (grant) return grant;
    const fresh = new provider.Grant({ clientId: client.clientId, accountId: session.accountId });
    fresh.addOIDCScope([...requestParamScopes].join(" "));
    await fresh.save();
    return fresh;
  },
};

let answer;
const server = createServer((request, response) => answer(request, response));
server.listen(0, "127.0.0.1", () => {
  const address = `http://127.0.0.1:${server.address().port}`;
  const issuer = known ?? address;
  const provider = new Provider(issuer, configuration);
  const library = provider.callback();
  const registered = new Set();
  provider.on("registration_create.success", (_context, client) => registered.add(client.clientId));
  provider.on("registration_delete.success", (_context, client) => registered.delete(client.clientId));

  async function consent(request, response) {
    const { prompt, params } = await provider.interactionDetails(request, response);
    const refused = { error: "access_denied", error_description: "the person said no" };
    const result =
      params.login_hint === "refuse" ? refused
      : prompt.name === "login" ? { login: { accountId: "person-1" } }
      : { consent: {} };
    await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  }

  answer = (request, response) => {
    // For the tests alone: the clients that registered themselves.
    if (request.url === "/registered") return response.end(JSON.stringify([...registered]));
    if (!request.url.startsWith("/interaction/")) return library(request, response);
    consent(request, response).catch((error) => {
      response.statusCode = 500;
      response.end(String(error));
    });
  };
  process.stdout.write(
    `${JSON.stringify({
      issuer,
      address,
      public_client: "public-client",
      basic_client: "basic-client",
      post_client: "post-client",
      client_secret: secret,
    })}\n`,
  );
});

process.stdin.resume();
process.stdin.on("end", () => process.exit(0));
