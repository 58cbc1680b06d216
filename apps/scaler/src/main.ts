import { systemClock } from '@contentflow/kernel';
import { runService } from '@contentflow/nest-platform';
import {
  deploymentNamed,
  KedaMachines,
  KedaModule,
  kedaSettings,
  KubernetesDeployment,
  ScalerModule,
} from '@contentflow/scaler';

/** What it scales is said by the environment: a deployment (`CONTENTFLOW_SCALE_DEPLOYMENT`), KEDA that asks (`CONTENTFLOW_KEDA_ADDRESS`), or nothing. */
await runService({
  name: 'scaler',
  modules: () => {
    const keda = kedaSettings(process.env);
    return keda ? [ScalerModule, KedaModule.of(keda)] : [ScalerModule];
  },
  machines: async ({ concurrency }, usage) => {
    const field = 'CONTENTFLOW_SCALE_DEPLOYMENT';
    const named = process.env[field];
    const of = { clock: systemClock, callsAtOnce: concurrency, usage };
    if (named !== undefined) return KubernetesDeployment.open({ deployment: deploymentNamed(named, field), ...of });
    return kedaSettings(process.env) ? new KedaMachines(of) : undefined;
  },
});
