import { runService } from '@contentflow/nest-platform';
import { MonitorModule } from '@contentflow/monitor';

await runService({ name: 'monitor', modules: (configuration) => [MonitorModule.of(configuration)] });
