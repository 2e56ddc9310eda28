import type { ModelSays, Step } from './schema';

/** Where a model may run that is given what a step sees: on this device, elsewhere after asking, or elsewhere. */
export type Privacy = 'device' | 'ask' | 'may-leave';

/** Which model a step wants. */
export interface ModelWish {
	tier: 'small' | 'large' | null;
	/** Id or title of the only model that may answer. */
	exact: string | null;
	privacy: Privacy;
	/** True where `may-leave` was said, and not merely not forbidden: then no other place is asked about either. */
	isOutright: boolean;
}

const STRICTNESS: Record<Privacy, number> = { 'may-leave': 0, ask: 1, device: 2 };

/**
 * Which model a step wants; null for one that may use none. This is the one place where `permissions.model` (the limit)
 * and `model` (the wish) meet: `on-device` is `device` whatever else is said; `any` is `may-leave`, unless the step, or
 * else its workflow, says something stricter. A step that names a tier is not bound by the workflow's exact model, and
 * the other way round.
 */
export function modelWish(step: Step, workflow?: { model?: ModelSays | undefined } | null): ModelWish | null {
	const { model: limit } = step.permissions;
	if (limit === 'none') return null;
	const own = step.model;
	const which = own?.tier || own?.exact ? own : workflow?.model;
	const said = own?.privacy ?? workflow?.model?.privacy;
	const privacy = stricterOf(limit === 'on-device' ? 'device' : 'may-leave', said ?? 'may-leave');
	return {
		tier: which?.exact ? null : (which?.tier ?? null),
		exact: which?.exact ?? null,
		privacy,
		isOutright: privacy === 'may-leave' && said === 'may-leave'
	};
}

function stricterOf(a: Privacy, b: Privacy): Privacy {
	return STRICTNESS[a] >= STRICTNESS[b] ? a : b;
}
