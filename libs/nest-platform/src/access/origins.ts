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
    return url.pathname === '/' && url.search === '' && url.username === '' ? url.hostname : undefined;
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
