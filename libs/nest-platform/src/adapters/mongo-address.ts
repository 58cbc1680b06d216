import { configurationError, messageOf, ownValue } from '@contentflow/kernel';
import { accessSync, constants } from 'node:fs';

/**
 * Where MongoDB is, with what the environment says of the way to it, so that no command line and no address that is shown holds a password:
 * - `MONGO_TLS=true`: TLS, by the system's certificate authorities; `MONGO_TLS_CA`: by those of this file (PEM), which implies it;
 * - `MONGO_TLS_CERT`: a file (PEM) of a certificate of one's own and its key, for servers that ask for one;
 * - `MONGO_USERNAME` and `MONGO_PASSWORD`.
 * What the address itself says of these holds.
 * @throws ContentFlowError `configuration`, naming what is wrong
 */
export function mongoAddress(uri: string, environment: NodeJS.ProcessEnv = process.env): string {
  const setting = (name: string): string | undefined => ownValue(environment, name) || undefined;
  const [ca, certificate] = [readable('MONGO_TLS_CA', setting), readable('MONGO_TLS_CERT', setting)];
  const isTls = wantsTls(setting('MONGO_TLS')) ?? (ca ?? certificate) !== undefined;
  const wanted = Object.entries({
    ...(isTls && { tls: 'true' }),
    ...(isTls && ca !== undefined && { tlsCAFile: ca }),
    ...(isTls && certificate !== undefined && { tlsCertificateKeyFile: certificate }),
  });
  const user = userOf(setting);
  if (wanted.length === 0 && user === undefined) return uri;
  const [, scheme, hosts = '', path = '/', query = ''] =
    /^(mongodb(?:\+srv)?:\/\/)([^/?]*)(\/[^?]*)?(?:\?(.*))?$/.exec(uri) ?? [];
  if (scheme === undefined)
    throw configurationError('MONGO_URI', 'is no address of MongoDB', 'write mongodb://HOST:PORT');
  const said = query.split('&').filter(Boolean);
  const names = new Set(said.map((each) => each.split('=', 1)[0]?.toLowerCase()));
  const added = wanted.filter(([name]) => !names.has(name.toLowerCase()) && !(name === 'tls' && names.has('ssl')));
  const options = [...said, ...added.map(([name, value]) => `${name}=${encodeURIComponent(value)}`)];
  const authority = hosts.includes('@') || user === undefined ? hosts : `${user}@${hosts}`;
  return `${scheme}${authority}${path}${options.length > 0 ? `?${options.join('&')}` : ''}`;
}

/** The servers in an address, and nothing that is secret. */
export const mongoHosts = (uri: string): string =>
  uri
    .replace(/^mongodb(\+srv)?:\/\//, '')
    .replace(/[/?].*$/, '')
    .replace(/^.*@/, '');

type Setting = (name: string) => string | undefined;

function userOf(setting: Setting): string | undefined {
  const [name, password] = [setting('MONGO_USERNAME'), setting('MONGO_PASSWORD')];
  if ((name === undefined) !== (password === undefined))
    throw configurationError('MONGO_USERNAME', 'goes together with MONGO_PASSWORD', 'set both, or neither');
  return name === undefined || password === undefined
    ? undefined
    : `${encodeURIComponent(name)}:${encodeURIComponent(password)}`;
}

function readable(name: string, setting: Setting): string | undefined {
  const path = setting(name);
  if (path === undefined) return undefined;
  try {
    accessSync(path, constants.R_OK);
    return path;
  } catch (error) {
    throw configurationError(name, `cannot be read: ${messageOf(error)}`, 'name a file in PEM');
  }
}

function wantsTls(written: string | undefined): boolean | undefined {
  if (written === undefined) return undefined;
  if (['true', '1', 'yes'].includes(written.toLowerCase())) return true;
  if (['false', '0', 'no'].includes(written.toLowerCase())) return false;
  throw configurationError('MONGO_TLS', `is neither true nor false: "${written}"`, 'write true');
}
