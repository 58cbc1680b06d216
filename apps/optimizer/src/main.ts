import { runService } from '@contentflow/nest-platform';
import { OptimizerModule } from '@contentflow/optimizer';

await runService({ name: 'optimizer', modules: () => [OptimizerModule.of()] });
