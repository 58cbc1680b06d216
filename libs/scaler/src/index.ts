export { procedures } from './procedures.ts';
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
