import { AnomalyDetected, AnomalyResolved, type EventData } from '@contentflow/contracts';
import { ownValue, withoutOwnValue } from '@contentflow/kernel';
import { slice } from './slice.ts';

export interface AnomaliesState {
  readonly openAnomalies: Readonly<Record<string, OpenAnomaly>>;
}

type OpenAnomaly = EventData<typeof AnomalyDetected>;

export const anomaliesSlice = slice<AnomaliesState>({ openAnomalies: {} })
  .on(AnomalyDetected, ({ openAnomalies }, anomaly) =>
    Object.values(openAnomalies).some((open) => isSameError(open, anomaly))
      ? 'the anomaly is open already'
      : { openAnomalies: { ...openAnomalies, [anomaly.anomalyId]: anomaly } },
  )
  .on(AnomalyResolved, (state, { anomalyId }) => {
    if (!ownValue(state.openAnomalies, anomalyId)) return 'no such open anomaly';
    return { openAnomalies: withoutOwnValue(state.openAnomalies, anomalyId) };
  });

const isSameError = (a: OpenAnomaly, b: OpenAnomaly): boolean =>
  a.rule === b.rule && a.contentType === b.contentType && a.model === b.model;
