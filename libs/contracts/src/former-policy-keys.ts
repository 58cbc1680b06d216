import { ownValue, setOwnValue } from '@contentflow/kernel';
import { isRecord, renamed } from './renamed.ts';

/** By section, what keys of the policy were called up to release 0.2.0, and what they are called now. */
const keysOfRelease02: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  objective: { qualityAtLeast: 'minQuality', costAtMost: 'maxCost' },
  experiments: { fewestUnits: 'minUnits' },
  hypotheses: { fewestGenerations: 'minGenerations' },
  allocation: { fewestGenerations: 'minGenerations' },
  anomalies: { fewestForBaseline: 'minForBaseline' },
  feedback: { fewestComments: 'minComments', fewestRaters: 'minRaters' },
  scaling: { usableShare: 'targetUtilization', fewestInstances: 'minInstances', mostInstances: 'maxInstances' },
  quality: { mostThreshold: 'maxThreshold', mostRevisedShare: 'maxRevisedShare' },
  cache: { fewestAudited: 'minAudited' },
};

/**
 * A policy by the names of now, unchecked: files and logs of earlier releases name some keys otherwise. A key that
 * stands under both names keeps the one of now.
 */
export function withCurrentKeys(policy: unknown): unknown {
  if (!isRecord(policy)) return policy;
  const current = { ...policy };
  for (const [section, names] of Object.entries(keysOfRelease02)) {
    const keys = ownValue(current, section);
    if (isRecord(keys)) setOwnValue(current, section, renamed(keys, names));
  }
  const { allocation, experiments } = current;
  if (isRecord(allocation) && isRecord(allocation['inForce']))
    current['allocation'] = {
      ...allocation,
      inForce: renamed(allocation['inForce'], keysOfRelease02['allocation'] ?? {}),
    };
  if (isRecord(experiments) && isRecord(experiments['season']))
    current['experiments'] = { ...experiments, season: renamed(experiments['season'], { isHeeded: 'enabled' }) };
  return current;
}
