import { MACHINES, type Machines, PLATFORM, type Platform, SystemStateReader } from '@contentflow/nest-platform';
import {
  type DynamicModule,
  Inject,
  Injectable,
  Module,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { KedaMachines } from './adapters/keda-machines.ts';
import { KedaScaler, type KedaSettings } from './adapters/keda-scaler.ts';

const SETTINGS = Symbol('KedaSettings');

@Injectable()
export class KedaServer implements OnApplicationBootstrap, OnApplicationShutdown {
  private scaler: KedaScaler | undefined;

  constructor(
    @Inject(SETTINGS) private readonly settings: KedaSettings,
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MACHINES) private readonly machines: Machines,
    private readonly system: SystemStateReader,
  ) {}

  /** Where it listens. */
  get port(): number {
    return this.scaler?.port ?? 0;
  }

  async onApplicationBootstrap(): Promise<void> {
    this.scaler = await KedaScaler.listen(this.settings, {
      desired: () => this.system.current().instances,
      onChange: (listener) => this.system.onChange(listener),
      told: (instances) => {
        if (this.machines instanceof KedaMachines) this.machines.told(instances);
      },
    });
    this.platform.logger.info({ port: this.scaler.port }, 'KEDA may ask how many instances there shall be');
  }

  async onApplicationShutdown(): Promise<void> {
    if (this.machines instanceof KedaMachines) this.machines.stop();
    await this.scaler?.close();
  }
}

/** KEDA's external scaler beside the scaler. */
@Module({})
export class KedaModule {
  static of(settings: KedaSettings): DynamicModule {
    return { module: KedaModule, providers: [KedaServer, { provide: SETTINGS, useValue: settings }] };
  }
}
