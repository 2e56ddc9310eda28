import { completeWorkflow, filled } from '$lib/workflow';
import type { RunEvent } from './event';

/** Members that an event may leave out, by type, as the schema fills them in; a test holds the two against each other. */
const MEMBERS: { [T in RunEvent['type']]?: object } = {
	'attempt.succeeded': { evidence: [], flags: [], verdicts: [], egress: [] },
	'attempt.failed': { egress: [] },
	'review.decided': { reason: '', ticks: [] },
	'output.changed': { reason: '' },
	'run.paused': { reason: '' },
	'run.cancelled': { reason: '' },
	'run.derived': { pinned: [] },
	'person.answered': { reason: '' },
	'effect.settled': { reason: '' },
	'step.reused': { evidence: [], flags: [], verdicts: [] }
};

/**
 * An event as readers may rely on it. A record is kept, byte for byte, as it was written: elsewhere, or by a release that
 * did not know some member yet. The very same event where nothing is missing.
 */
export function complete(event: RunEvent): RunEvent {
	if (event.type !== 'run.started') {
		const members = Object.hasOwn(MEMBERS, event.type) ? MEMBERS[event.type] : undefined;
		return members ? filled(event, members) : event;
	}
	const definition = completeWorkflow(event.definition);
	return definition === event.definition ? event : { ...event, definition };
}
