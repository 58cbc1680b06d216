import { runService } from '@contentflow/nest-platform';
import { ScalerModule } from '@contentflow/scaler';

await runService({ name: 'scaler', modules: () => [ScalerModule] });
