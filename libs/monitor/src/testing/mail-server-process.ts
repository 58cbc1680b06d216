import { readFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';

/** What a test tells it, as JSON in its first argument. */
export interface MailServerOptions {
  /** TLS from the first byte on. */
  readonly secure?: boolean;
  readonly key?: string;
  readonly cert?: string;
  readonly user?: string;
  readonly password?: string;
  /** How many messages it refuses for now, before it takes them. */
  readonly busyFor?: number;
  /** A mailbox that it does not have. */
  readonly unknown?: string;
}

/** What it tells of a message that it has taken. */
export interface TakenMail {
  readonly from: string;
  readonly to: readonly string[];
  readonly source: string;
  readonly isSecure: boolean;
  readonly user: string | null;
}

/** A mail server in a process of its own. */
const options = JSON.parse(process.argv[2] ?? '{}') as MailServerOptions;
let busyFor = options.busyFor ?? 0;
const refusal = (code: number, text: string): Error => Object.assign(new Error(text), { responseCode: code });

const server = new SMTPServer({
  secure: options.secure ?? false,
  ...(options.key !== undefined && options.cert !== undefined
    ? { key: readFileSync(options.key), cert: readFileSync(options.cert) }
    : { hideSTARTTLS: true }),
  authOptional: options.user === undefined,
  logger: false,
  onAuth: ({ username, password }, _session, answer) =>
    username === options.user && password === options.password
      ? answer(null, { user: username })
      : answer(refusal(535, `no such user: ${username} ${password}`)),
  onRcptTo: ({ address }, _session, answer) =>
    answer(address === options.unknown ? refusal(550, `no such mailbox ${address}`) : undefined),
  onData: (stream, session, answer) => {
    const chunks: Buffer[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk));
    stream.on('end', () => {
      if (busyFor-- > 0) return answer(refusal(451, 'try again later'));
      const { mailFrom, rcptTo } = session.envelope;
      const mail: TakenMail = {
        from: mailFrom === false ? '' : mailFrom.address,
        to: rcptTo.map(({ address }) => address),
        source: Buffer.concat(chunks).toString(),
        isSecure: session.secure,
        user: typeof session.user === 'string' ? session.user : null,
      };
      process.send?.(mail);
      answer();
    });
  },
});
server.on('error', () => undefined);
server.listen(0, '127.0.0.1', () => process.send?.({ port: (server.server.address() as { port: number }).port }));
