import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

interface Place {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';

/** One address for several processes, as a Service of Kubernetes is: a connection stays with the process that it was made to. */
export class Balancer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private behind: readonly Place[] = [];
  private turn = 0;

  constructor() {
    this.server = createServer((socket) => this.forward(socket));
  }

  async start({ host, port }: Place = { host: LOOPBACK, port: 0 }): Promise<this> {
    await new Promise<void>((resolve, reject) => this.server.once('error', reject).listen(port, host, resolve));
    return this;
  }

  get url(): string {
    const { address, port } = this.server.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  list(port: number, host = LOOPBACK): void {
    this.behind = [...this.behind, { host, port }];
  }

  /** What comes from here on goes elsewhere. */
  unlist(port: number, host = LOOPBACK): void {
    this.behind = this.behind.filter((each) => each.port !== port || each.host !== host);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private forward(socket: Socket): void {
    const place = this.behind[this.turn++ % Math.max(1, this.behind.length)];
    if (place === undefined) return void socket.destroy();
    const upstream = connect(place);
    for (const [from, to] of [
      [socket, upstream],
      [upstream, socket],
    ] as const) {
      this.sockets.add(from);
      from.pipe(to);
      from.on('error', () => to.destroy());
      from.on('close', () => {
        this.sockets.delete(from);
        to.destroy();
      });
    }
  }
}
