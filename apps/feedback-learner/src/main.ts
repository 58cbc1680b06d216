import { runService } from '@contentflow/nest-platform';
import { FeedbackLearnerModule } from '@contentflow/feedback-learner';

await runService({ name: 'feedback-learner', modules: () => [FeedbackLearnerModule.of()] });
