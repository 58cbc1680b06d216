import { LedgerModule } from '@contentflow/ledger';
import { runService } from '@contentflow/nest-platform';

await runService({ name: 'ledger', modules: () => [LedgerModule], adoptsPolicy: true });
