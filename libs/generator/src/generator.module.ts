import { CompactionController } from './protocols/compaction.controller.ts';
import { MODELS, type Models, PLATFORM, type Platform, SystemStateReader } from '@contentflow/nest-platform';
import { type DynamicModule, Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { openResponseStore } from './adapters/open-response-store.ts';
import { BatchTexts } from './batch-texts.ts';
import { BudgetWatch } from './budget-watch.ts';
import { CompletionRecords } from './completions/completion-records.ts';
import { CompletionCalls } from './completions/completion-calls.ts';
import { CompletionErrors } from './completions/completion-errors.ts';
import { EndUsers } from './completions/end-users.ts';
import { CompletionsController } from './completions/completions.controller.ts';
import { ModelsController } from './completions/models.controller.ts';
import { ContentBatches } from './content-batches.ts';
import { ContentCancellation } from './content-cancellation.ts';
import { ContentController } from './content.controller.ts';
import { ContentMaker } from './content-maker.ts';
import { ContentService } from './content.service.ts';
import { ContentUpdates } from './content-updates.ts';
import { GenerationProgress } from './generation-progress.ts';
import { GenerationWorker } from './generation-worker.ts';
import { GENERATOR_OPTIONS, type GeneratorOptions } from './generator-options.ts';
import { ProvidersController } from './providers.controller.ts';
import { PromptWorkshop } from './prompt-workshop.ts';
import { EmbeddingsController } from './protocols/embeddings.controller.ts';
import { KeptResponses } from './protocols/kept-responses.ts';
import { RESPONSE_STORE } from './protocols/response-store.ts';
import { MessagesController, MessagesErrors } from './protocols/messages.controller.ts';
import { ResponsesController, ResponsesErrors } from './protocols/responses.controller.ts';
import { TextCompletionsController, TextErrors } from './protocols/text-completions.controller.ts';
import { RecipesController } from './recipes.controller.ts';
import { SemanticCache } from './semantic-cache.ts';
import { SemanticCacheController } from './semantic-cache.controller.ts';
import { offerModels, registerRecipes } from './seed-recipes.ts';
import { TrippedBreakers } from './tripped-breakers.ts';
import { NamedCalls } from './uses/named-calls.ts';
import { WebhookDeliveries } from './webhook-deliveries.ts';
import { WebhooksController } from './webhooks.controller.ts';

/** Accepts briefs and makes content. */
@Module({})
export class GeneratorModule implements OnApplicationBootstrap {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MODELS) private readonly models: Models,
    @Inject(GENERATOR_OPTIONS) private readonly options: GeneratorOptions,
    private readonly system: SystemStateReader,
  ) {}

  static of(options: GeneratorOptions): DynamicModule {
    return {
      module: GeneratorModule,
      controllers: [
        ContentController,
        CompletionsController,
        ModelsController,
        CompactionController,
        ResponsesController,
        TextCompletionsController,
        EmbeddingsController,
        MessagesController,
        ProvidersController,
        RecipesController,
        SemanticCacheController,
        WebhooksController,
      ],
      providers: [
        { provide: GENERATOR_OPTIONS, useValue: options },
        ContentService,
        ContentBatches,
        ContentCancellation,
        ContentUpdates,
        BatchTexts,
        BudgetWatch,
        CompletionRecords,
        CompletionCalls,
        CompletionErrors,
        EndUsers,
        MessagesErrors,
        ResponsesErrors,
        TextErrors,
        NamedCalls,
        KeptResponses,
        { provide: RESPONSE_STORE, inject: [PLATFORM], useFactory: openResponseStore },
        GenerationProgress,
        ContentMaker,
        GenerationWorker,
        PromptWorkshop,
        SemanticCache,
        TrippedBreakers,
        WebhookDeliveries,
      ],
      exports: [ContentService, ContentUpdates],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await registerRecipes(this.platform, this.system, this.options);
    await offerModels(this.platform, this.system, this.models);
  }
}
