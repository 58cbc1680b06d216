import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { parse } from 'yaml';

/** An object of the API server's, as far as it is looked at here. */
export interface KubernetesObject {
  readonly metadata: {
    readonly name: string;
    readonly uid: string;
    readonly generation?: number;
    readonly labels?: Readonly<Record<string, string>>;
    readonly deletionTimestamp?: string;
    readonly deletionGracePeriodSeconds?: number;
  };
}

interface Kubeconfig {
  readonly clusters: readonly [
    { readonly cluster: { readonly server: string; readonly 'certificate-authority': string } },
  ];
  readonly users: readonly [{ readonly user: { readonly token: string } }];
}

interface Asked {
  readonly path: string;
  readonly body?: object;
  /** Of a patch. */
  readonly type?: string;
}

/** The few words that are said to an API server here. */
export class ApiServer {
  private readonly url: string;
  private readonly ca: Buffer;
  private readonly token: string;

  /** @param kubeconfig  of one cluster and one user, with a file of the authority and a token */
  constructor(kubeconfig: string) {
    const { clusters, users } = parse(readFileSync(kubeconfig, 'utf8')) as Kubeconfig;
    this.url = clusters[0].cluster.server;
    this.ca = readFileSync(clusters[0].cluster['certificate-authority']);
    this.token = users[0].user.token;
  }

  get<T>(path: string): Promise<T> {
    return this.ask<T>('GET', { path });
  }

  /** What is of a kind, as the server has it in its own memory. */
  async list<T>(path: string): Promise<readonly T[]> {
    const { items } = await this.get<{ items: T[] }>(`${path}?resourceVersion=0`);
    return items;
  }

  create(path: string, body: object): Promise<unknown> {
    return this.ask('POST', { path, body });
  }

  merge(path: string, body: object): Promise<unknown> {
    return this.ask('PATCH', { path, body, type: 'application/merge-patch+json' });
  }

  delete(path: string, body: object = {}): Promise<unknown> {
    return this.ask('DELETE', { path, body });
  }

  private ask<T>(method: string, { path, body, type = 'application/json' }: Asked): Promise<T> {
    const headers = { authorization: `Bearer ${this.token}`, ...(body && { 'content-type': type }) };
    return new Promise((resolve, reject) => {
      const asked = request(`${this.url}${path}`, { method, ca: this.ca, headers, agent: false }, (answer) => {
        let text = '';
        answer.setEncoding('utf8').on('data', (part: string) => (text += part));
        answer.on('error', reject).on('end', () => {
          const status = answer.statusCode ?? 0;
          if (status < 400) resolve(JSON.parse(text) as T);
          else reject(new Error(`${method} ${path}: ${status} ${text.slice(0, 400)}`));
        });
      });
      asked.on('error', reject);
      asked.end(body && JSON.stringify(body));
    });
  }
}
