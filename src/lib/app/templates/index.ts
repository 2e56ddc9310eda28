import type { Template } from './template';
import { weeklyReport } from './weekly-report';

export type { Template, TemplateSample } from './template';

/** Every template of this release, the most useful one first. */
export const templates: readonly Template[] = [weeklyReport];
