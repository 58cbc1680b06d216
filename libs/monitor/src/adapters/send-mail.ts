import { messageOf } from '@contentflow/kernel';
import { type EmailSettings, isPrivate, type PostOutcome, refusedAddress } from '@contentflow/nest-platform';
import { readFileSync } from 'node:fs';
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';

export interface Mail {
  readonly settings: EmailSettings;
  /** The same in each try, so that a mailbox shows it once. */
  readonly id: string;
  readonly subject: string;
  readonly text: string;
  readonly allowPrivateAddresses: boolean;
  readonly signal: AbortSignal;
}

const TIMEOUT_MS = 15_000;
const PORTS = { tls: 465, starttls: 587, none: 25 } as const;
/** Of SMTP: what no further try can help. */
const PERMANENT = 500;
/** Of those, what a person mends in the meantime: who may send. */
const NOT_ALLOWED = [530, 534, 535];

/**
 * Sends a text over SMTP. The server's name is resolved first, and its address judged, so that it cannot stand for another a moment later; its
 * certificate is held against the name.
 */
export async function sendMail({
  settings,
  id,
  subject,
  text,
  allowPrivateAddresses,
  signal,
}: Mail): Promise<PostOutcome> {
  const { host, security, port = PORTS[security], user, password, caFile, from, to } = settings;
  try {
    const address = isIP(host) === 0 ? (await lookup(host)).address : host;
    if (!allowPrivateAddresses && isPrivate(address))
      return refusedAddress(`${host}${host === address ? '' : ` (${address})`}`, 'notifications.allowPrivateAddresses');
    // Who tells nobody by mail does not load it.
    const { createTransport } = await import('nodemailer');
    const transport = createTransport({
      host: address,
      port,
      secure: security === 'tls',
      requireTLS: security === 'starttls',
      ignoreTLS: security === 'none',
      ...(user !== undefined && password !== undefined && { auth: { user, pass: password } }),
      tls: {
        minVersion: 'TLSv1.2',
        ...(isIP(host) === 0 && { servername: host }),
        ...(caFile !== undefined && { ca: readFileSync(caFile) }),
      },
      connectionTimeout: TIMEOUT_MS,
      greetingTimeout: TIMEOUT_MS,
      socketTimeout: TIMEOUT_MS,
      disableFileAccess: true,
      disableUrlAccess: true,
    });
    const giveUp = (): void => transport.close();
    signal.addEventListener('abort', giveUp, { once: true });
    try {
      const domain = from.slice(from.lastIndexOf('@') + 1);
      const headers = { 'auto-submitted': 'auto-generated' };
      await transport.sendMail({ from, to: [...to], subject, text, messageId: `<${id}@${domain}>`, headers });
      return { ok: true, status: 250 };
    } finally {
      signal.removeEventListener('abort', giveUp);
      transport.close();
    }
  } catch (error) {
    return refusalOf(error);
  }
}

/** What a server says may repeat what it was told, the password too: its number alone is passed on. */
function refusalOf(error: unknown): PostOutcome {
  const { code, responseCode } = error as { code?: string; responseCode?: number };
  if (responseCode === undefined) return { ok: false, reason: messageOf(error), isFinal: false };
  const what = code === 'EAUTH' ? 'takes no such user and password' : 'did not take the message';
  const isFinal = responseCode >= PERMANENT && !NOT_ALLOWED.includes(responseCode);
  return { ok: false, reason: `the mail server ${what} (${responseCode})`, isFinal };
}
