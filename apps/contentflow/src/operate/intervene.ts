import { usageError } from '@contentflow/kernel';
import { unknownName } from '../command-line/unknown-name.ts';
import { ask, type RunningOptions } from './running-system.ts';

export interface InterveneOptions extends RunningOptions {
  readonly reason: string;
  readonly threshold?: number;
}

/** Lays a person's hand on a running system. */
export async function run(options: InterveneOptions, action: string, target: string): Promise<void> {
  const { method, path, body } = requestOf(options, action, target);
  const answer = await ask<object>(options, method, path, { ...body, reason: options.reason });
  if (options.json) console.log(JSON.stringify(answer, null, 1));
  else console.log(`${action} ${target}: done`);
}

interface Request {
  readonly method: 'POST' | 'PUT';
  readonly path: string;
  readonly body?: object;
}

function requestOf({ threshold }: InterveneOptions, action: string, target: string): Request {
  const name = encodeURIComponent(target);
  switch (action) {
    case 'pin':
    case 'unpin': {
      const [contentType, lever] = target.split('/');
      if (!contentType || !lever) throw usageError(`"${target}" names no lever`, 'write e.g. email/model');
      const path = `/v1/pins/${encodeURIComponent(contentType)}/${encodeURIComponent(lever)}`;
      return { method: 'PUT', path, body: { pinned: action === 'pin' } };
    }
    case 'threshold': {
      if (threshold === undefined) throw usageError('which threshold?', 'write --threshold 7.5');
      return { method: 'PUT', path: `/v1/quality-thresholds/${name}`, body: { threshold } };
    }
    case 'stop':
      return { method: 'POST', path: `/v1/experiments/${name}/stop` };
    case 'restore':
      return { method: 'POST', path: `/v1/improvements/${name}/restore` };
    default:
      throw unknownName('action', action, ['pin', 'unpin', 'threshold', 'stop', 'restore']);
  }
}
