import { localId, siblingsOf, type GateButton, type RunState, type StepState } from '$lib/run';
import type { Step } from '$lib/workflow';
import { listed } from './ways';

/** Where each button of a gate leads, in a few words. */
export function leadOf(run: RunState, gate: StepState, button: GateButton, revise: string): string {
	const others = siblingsOf(run, gate).map(({ def }) => def);
	if (button.outcome === 'changes') {
		const back = button.revise ?? revise;
		return `“${others.find(({ id }) => id === back)?.title ?? back}” is made anew with your words`;
	}
	const next = titles(onWay(others, gate, button.route, button.outcome === 'approve'));
	if (button.outcome === 'approve') return next ? `goes on with ${next}` : 'nothing more follows';
	if (button.route !== null)
		return next ? `goes on with ${next}, and nothing that needs a yes` : 'nothing follows';
	return gate.inside ? 'this one is left out, the others go on' : 'the run ends here';
}

/** The steps right after a gate that run on a way of it; after a yes, those that ask for no way too. */
function onWay(others: readonly Step[], gate: StepState, route: string | null, yes: boolean): Step[] {
	const id = localId(gate.id);
	return others.filter((step) => {
		const { when } = step;
		if (when?.step === id && when.route) return route !== null && when.route.includes(route);
		return yes && usesOutput(step, id);
	});
}

function usesOutput(step: Step, id: string): boolean {
	return (
		step.needs.includes(id) ||
		Object.values(step.inputs).some(
			(ref) => ref === `steps.${id}.output` || ref.startsWith(`steps.${id}.output.`)
		)
	);
}

function titles(steps: readonly Step[]): string {
	return listed(steps.map(({ title }) => title));
}
