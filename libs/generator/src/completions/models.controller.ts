import type { ListedModel, ListedModels } from '@contentflow/contracts';
import { MODELS, type Models, notFound } from '@contentflow/nest-platform';
import { Controller, Get, Inject, Param, UseFilters } from '@nestjs/common';
import { ContentService } from '../content.service.ts';
import { CompletionErrors } from './completion-errors.ts';
import { RECIPE_PREFIX } from './recipe-completion.ts';

/** What may be asked for, in OpenAI's form: each content type as `contentflow/TYPE`, and the models of the providers. */
@Controller('v1/models')
@UseFilters(CompletionErrors)
export class ModelsController {
  constructor(
    @Inject(MODELS) private readonly models: Models,
    private readonly content: ContentService,
  ) {}

  @Get()
  list(): ListedModels {
    const data = this.listed();
    return { object: 'list', data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
  }

  /** A name may have slashes in it, which not every client encodes: `plainAddress` does. */
  @Get(':id')
  one(@Param('id') id: string): ListedModel {
    const found = this.listed().find((model) => model.id === id);
    if (found) return found;
    // Whatever name is answered for is a model, listed or not.
    if (!id.startsWith(RECIPE_PREFIX) && this.models.gateway.answersFor(id))
      return asListed({ id, owned_by: 'contentflow' });
    throw notFound('model', id);
  }

  private listed(): ListedModel[] {
    const recipes = this.content
      .contentTypes()
      .map((type) => ({ id: `${RECIPE_PREFIX}${type}`, owned_by: 'contentflow' }));
    const offered = this.models.offered.map(({ name, provider }) => ({ id: name, owned_by: provider }));
    return [...recipes, ...offered.filter(({ id }) => id !== '*')].map(asListed);
  }
}

const asListed = (model: Pick<ListedModel, 'id' | 'owned_by'>): ListedModel => ({
  ...model,
  object: 'model',
  created: 0,
  type: 'model',
  display_name: model.id,
  created_at: new Date(0).toISOString(),
});
