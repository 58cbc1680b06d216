import type { Recipe } from '@contentflow/contracts';
import { MODELS, type Models, PLATFORM, type Platform, SystemStateReader } from '@contentflow/nest-platform';
import { type DynamicModule, Inject, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { CompletionsController } from './completions.controller.ts';
import { ContentController } from './content.controller.ts';
import { ContentService } from './content.service.ts';
import { ContentUpdates } from './content-updates.ts';
import { GenerationWorker } from './generation-worker.ts';
import { RecipesController } from './recipes.controller.ts';
import { offerModels, RECIPES, registerRecipes } from './seed-recipes.ts';

/** Accepts briefs and makes content. `source` says where generation 0 came from. */
export interface GeneratorOptions {
  readonly recipes: readonly Recipe[];
  readonly source: string;
}

@Module({})
export class GeneratorModule implements OnApplicationBootstrap {
  constructor(
    @Inject(PLATFORM) private readonly platform: Platform,
    @Inject(MODELS) private readonly models: Models,
    @Inject(RECIPES) private readonly options: GeneratorOptions,
    private readonly system: SystemStateReader,
  ) {}

  static of(options: GeneratorOptions): DynamicModule {
    return {
      module: GeneratorModule,
      controllers: [ContentController, CompletionsController, RecipesController],
      providers: [{ provide: RECIPES, useValue: options }, ContentService, ContentUpdates, GenerationWorker],
      exports: [ContentService],
    };
  }

  async onApplicationBootstrap(): Promise<void> {
    await registerRecipes(this.platform, this.system, this.options.recipes, this.options.source);
    await offerModels(this.platform, this.system, this.models);
  }
}
