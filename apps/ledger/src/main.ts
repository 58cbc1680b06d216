import { LedgerModule } from '@contentflow/ledger';
import { runService } from '@contentflow/nest-platform';
import { auditThread } from '@contentflow/services/background-audit';

await runService({ name: 'ledger', modules: () => [LedgerModule.auditedBy(auditThread)], adoptsPolicy: true });
