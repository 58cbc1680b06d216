import { LearningPanel } from '../panels/learning-panel.tsx';
import { Page } from '../parts/page.tsx';

/** What readers have taught. */
export function LearningPage() {
  return (
    <Page title="Learning" lead="What readers’ ratings and comments have taught, and what was tried because of them.">
      <LearningPanel />
    </Page>
  );
}
