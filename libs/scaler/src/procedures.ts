import type { DecisionProcedure } from '@contentflow/decisions';
import { forecasting } from './domain/forecasting.ts';
import { grading } from './domain/grading.ts';
import { resources } from './domain/resources.ts';
import { scaling } from './domain/scaling.ts';

/** For audits: how each of the scaler's decisions is recomputed. */
export const procedures: readonly DecisionProcedure[] = [forecasting, grading, scaling, resources];
