import { planOf } from './plan';
import { isReady, type RunState, type StepState, type StepStatus } from './state';

/** The front of a run that has just begun; for the fold only, like everything here. */
export function beginFront(state: RunState): void {
	const ids = Object.keys(state.steps);
	state.front = { steps: new Set(ids.filter((id) => isReady(state, id))), open: ids.length };
}

/** Changes a step's status and moves the front of the work with it. */
export function setStatus(state: RunState, step: StepState, status: StepStatus): void {
	const was = step.status;
	step.status = status;
	place(state, step);
	if ((was === 'done') === (status === 'done')) return;
	state.front.open += status === 'done' ? -1 : 1;
	const followers = state.definition ? planOf(state.definition).followers.get(step.id) : undefined;
	for (const id of followers ?? []) {
		const follower = state.steps[id];
		if (follower) place(state, follower);
	}
}

function place(state: RunState, step: StepState): void {
	const atFront = step.status !== 'done' && (step.status === 'running' || isReady(state, step.id));
	if (atFront) state.front.steps.add(step.id);
	else state.front.steps.delete(step.id);
}
