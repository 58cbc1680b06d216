import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface LoginProvider {
  readonly issuer: string;
  close(): Promise<void>;
}

/** The client that it knows. */
export interface LoginClient {
  readonly clientId: string;
  readonly secret?: string;
  /** Where it leads browsers back to: that address, or that path at any port of this machine. */
  readonly redirectUri: string;
}

/** Groups of whoever logs in, by the name that they log in with; any password will do. */
export type Groups = Readonly<Record<string, readonly string[]>>;

/** A real provider of OpenID Connect on this machine, with its own pages to log in. */
export async function startLoginProvider(client: LoginClient, groups: Groups): Promise<LoginProvider> {
  // Whoever tests without a login loads none of this.
  const { Provider } = await import('oidc-provider');
  const server = createServer();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const provider = new Provider(issuer, {
    clients: [
      {
        client_id: client.clientId,
        ...(client.secret ? { client_secret: client.secret } : { token_endpoint_auth_method: 'none' }),
        application_type: 'native',
        redirect_uris: [client.redirectUri],
        response_types: ['code'],
        grant_types: ['authorization_code'],
      },
    ],
    cookies: { keys: ['of a test'] },
    claims: { openid: ['sub'], profile: ['preferred_username', 'groups'] },
    findAccount: (_context, id) => ({
      accountId: id,
      claims: () => ({ sub: id, preferred_username: id, groups: groups[id] ?? [] }),
    }),
  });
  const serve = provider.callback();
  server.on('request', (request, response) => void serve(request, response));
  return {
    issuer,
    close: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
