type Made = Record<string, unknown> & { id: string; kind: string };

/** What a made step is like, in numbers. */
export interface Shape {
	kind: string;
	/** Which of the earlier steps it waits for, as bits. */
	needs: number;
	/** Which earlier step its `when` is about, and how. */
	when: number;
	more: number;
	inner: Shape[];
}

/** The steps of those shapes, each of which may refer to the ones before it. */
export function listOf(shapes: readonly Shape[], prefix: string): Made[] {
	const made: Made[] = [];
	for (const [index, one] of shapes.entries()) made.push(stepFrom(one, `${prefix}${index}`, made));
	return made;
}

function stepFrom(one: Shape, id: string, earlier: readonly Made[]): Made {
	const before = earlier.filter((_, index) => one.needs & (1 << index));
	const inputs = Object.fromEntries(before.map((step) => [step.id, `steps.${step.id}.output`]));
	const step: Made = {
		id,
		title: id,
		kind: one.kind,
		job: 'evaluate',
		inputs,
		optional: before.filter((_, index) => one.more & (1 << index)).map((other) => other.id),
		retry: { attempts: 1 + (one.more % 3), delaySeconds: 0.01 }
	};
	// Some ask a model, and so can go down a ladder.
	if (one.more & 32) step['permissions'] = { model: one.more & 16 ? 'any' : 'on-device' };
	if (one.more & 64) step['join'] = 'any';
	if (one.more % 5 === 0) {
		step['fallback'] = [{ use: 'value', value: 1 }, { use: 'person' }, { use: 'without' }].slice(
			one.more % 3
		);
	}
	const target = earlier[one.when % 8];
	if (target?.kind === 'branch' || (target?.kind === 'review' && one.when % 5 === 0))
		step['when'] = { step: target.id, route: [one.when % 2 ? 'left' : 'right'] };
	else if (target && one.when % 3 === 0) step['when'] = { step: target.id, outcome: ['failed', 'done'] };
	const [first] = before;
	if (one.kind === 'review' && first) {
		step['inputs'] = { draft: `steps.${first.id}.output` };
		step['with'] = gateOf(one.more);
	}
	if (one.kind === 'review' && !first) step['kind'] = 'check';
	if (one.kind === 'branch') step['with'] = { routes: [{ id: 'left', when: 'true' }], otherwise: 'right' };
	if (one.kind === 'map' || one.kind === 'loop') {
		step['steps'] = listOf(one.inner, `${id}_`);
		step['with'] = {
			concurrency: 1 + (one.more % 4),
			onFail: (['stop', 'collect', 'skip'] as const)[one.more % 3] ?? 'stop'
		};
	}
	return step;
}

/** Gates that ask always or sometimes, for ever or for a while, with buttons of their own or without. */
function gateOf(more: number): Record<string, unknown> {
	const button = (id: string, outcome: string, route?: string) => ({
		id,
		title: id,
		outcome,
		...(route ? { route } : {})
	});
	return {
		...(more & 1 ? { askWhen: 'x > 1' } : {}),
		...(more & 2 ? { deadlineHours: 1, afterDeadline: ['wait', 'reject', 'continue'][more % 3] } : {}),
		...(more & 4
			? {
					buttons: [
						button('yes', 'approve', 'left'),
						button('away', 'reject', 'right'),
						button('more', 'changes')
					]
				}
			: {})
	};
}
