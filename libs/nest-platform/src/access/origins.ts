import type { IncomingHttpHeaders } from 'node:http';
import { BlockList, isIP } from 'node:net';

const loopback = new BlockList();
loopback.addSubnet('127.0.0.0', 8, 'ipv4');
loopback.addAddress('::1', 'ipv6');

/** Whether this address or name is this machine's alone. */
export function isLoopback(host: string): boolean {
  const name = host.replace(/^\[|\]$/g, '').toLowerCase();
  const version = isIP(name);
  if (version !== 0) return loopback.check(name, version === 6 ? 'ipv6' : 'ipv4');
  return name === 'localhost' || name.endsWith('.localhost');
}

/** Name or address in a `Host` header, without its port; undefined for what is none. */
export function nameIn(host: string): string | undefined {
  try {
    const url = new URL(`http://${host}`);
    const isBare =
      url.pathname === '/' && [url.search, url.hash, url.username, url.password].every((part) => part === '');
    return isBare ? url.hostname : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a page of this origin is the server's own, which the browser reached under that `Host`. */
export function isOwnOrigin(origin: string, host: string): boolean {
  try {
    const { protocol, host: own } = new URL(origin);
    return (protocol === 'http:' || protocol === 'https:') && own === new URL(`${protocol}//${host}`).host;
  } catch {
    return false;
  }
}

/**
 * Whether a proxy says that it hands on what somebody beyond this machine asks: `X-Forwarded-For`, `X-Real-IP`, or `Forwarded` (RFC 7239). Who is
 * named there without an address is taken for a stranger.
 */
export function isForwarded(headers: IncomingHttpHeaders): boolean {
  const { 'x-forwarded-for': listed, 'x-real-ip': real, forwarded } = headers;
  if (listed === undefined && real === undefined && forwarded === undefined) return false;
  return [listed, real, forwarded].some(
    (header) => header !== undefined && !String(header).split(',').every(isOfThisMachine),
  );
}

/** @param hop  `203.0.113.7`, `[2001:db8::7]:4711`, or what `Forwarded` says of one: `for="[2001:db8::7]:4711";proto=https` */
function isOfThisMachine(hop: string): boolean {
  const [, named] = /(?:^|;)\s*for\s*=\s*"?([^";]*)/i.exec(hop) ?? [];
  const address = (named ?? hop).trim();
  return isLoopback(isIP(address) === 0 ? (nameIn(address) ?? '') : address);
}
