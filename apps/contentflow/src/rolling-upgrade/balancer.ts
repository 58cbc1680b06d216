import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** One address for several processes, as a Service of Kubernetes is: a connection stays with the process that it was made to. */
export class Balancer {
  private readonly server: Server;
  private readonly sockets = new Set<Socket>();
  private ports: readonly number[] = [];
  private turn = 0;

  constructor() {
    this.server = createServer((socket) => this.forward(socket));
  }

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  list(port: number): void {
    this.ports = [...this.ports, port];
  }

  /** What comes from here on goes elsewhere. */
  unlist(port: number): void {
    this.ports = this.ports.filter((each) => each !== port);
  }

  async close(): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private forward(socket: Socket): void {
    const port = this.ports[this.turn++ % Math.max(1, this.ports.length)];
    if (port === undefined) return void socket.destroy();
    const upstream = connect({ port, host: '127.0.0.1' });
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
