/**
 * The network of a pod, for a process without one of its own: what listens at every address listens at the pod's, and names of Services lead to where they are.
 * Loaded before the process's own program. CHART_POD_IP: the pod's address; CHART_HOSTS: addresses by name, as JSON.
 */
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

const EVERYWHERE = '0.0.0.0';
const { CHART_POD_IP: own, CHART_HOSTS: names } = process.env;
delete process.env.CHART_POD_IP;
delete process.env.CHART_HOSTS;
const hosts = new Map(Object.entries(JSON.parse(names)));

const { listen, address } = net.Server.prototype;
net.Server.prototype.listen = function (...given) {
  return listen.apply(
    this,
    given.map((word) => (word === EVERYWHERE ? own : word?.host === EVERYWHERE ? { ...word, host: own } : word)),
  );
};
net.Server.prototype.address = function () {
  const found = address.call(this);
  return found?.address === own ? { ...found, address: EVERYWHERE } : found;
};

const { lookup } = dns;
dns.lookup = function (name, ...given) {
  const found = hosts.get(name);
  if (found === undefined) return lookup.call(dns, name, ...given);
  const done = given.at(-1);
  const all = typeof given[0] === 'object' && given[0]?.all;
  process.nextTick(() => (all ? done(null, [{ address: found, family: 4 }]) : done(null, found, 4)));
};
syncBuiltinESMExports();
