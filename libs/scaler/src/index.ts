import type { DecisionProcedure } from '@contentflow/decisions';
import { forecasting } from './domain/forecasting.ts';
import { grading } from './domain/grading.ts';
import { resources } from './domain/resources.ts';
import { scaling } from './domain/scaling.ts';

/** For audits: how each of the scaler's decisions is recomputed. */
export const procedures: readonly DecisionProcedure[] = [forecasting, grading, scaling, resources];

export { ScalerModule } from './scaler.module.ts';
export { KedaModule } from './keda.module.ts';
export { KedaMachines } from './adapters/keda-machines.ts';
export { kedaSettings } from './adapters/keda-scaler.ts';
export { deploymentNamed, KubernetesDeployment } from './adapters/kubernetes-deployment.ts';
export { WorkerProcesses, type WorkerProcessesOptions } from './adapters/worker-processes.ts';
export { decideScaling, type ScalingDecision, type ScalingEvidence } from './domain/scaling.ts';
export { type Allocation, allocationOf, bestAllocation, type ResourceUsage } from './domain/resources.ts';
export { capacityPerInstance } from './domain/capacity.ts';

/** For rebuilds. */
export { forecasts } from './read-model/forecasts.ts';
export { scalings } from './read-model/scalings.ts';
