import type { Template } from './template';
import { weeklyReport } from './weekly-report-facts';

export type { Template, TemplateSample } from './template';

/** Every template of this release, the most useful one first. */
export function templates(): readonly Template[] {
	return [weeklyReport];
}
