import { everyStep, type Step, type Workflow } from '$lib/workflow';

/** Gives a step another id and changes everything that refers to it, wherever in the document that is. */
export function renameStep(draft: Workflow, from: string, to: string): void {
	const mentions = new RegExp(`\\bsteps\\.${from}(?=\\.output)`, 'g');
	const renamed = (text: string) => text.replace(mentions, `steps.${to}`);
	for (const { step } of [...everyStep(draft.steps)]) {
		if (holds(step, from)) renameResult(step, from, to);
		if (step.id === from) step.id = to;
		step.needs = step.needs.map((need) => (need === from ? to : need));
		step.instructions = renamed(step.instructions);
		for (const [name, ref] of Object.entries(step.inputs)) step.inputs[name] = renamed(ref);
		if (step.when?.step === from) step.when.step = to;
		for (const one of step.fallback ?? []) if (one.use === 'source') one.from = renamed(one.from);
		if (step.with.revise === from) step.with.revise = to;
		renameButtons(step, from, to);
	}
	draft.output.title = renamed(draft.output.title);
}

/** A button of a review may name the step that runs again. */
function renameButtons({ kind, with: config }: Step, from: string, to: string): void {
	if (kind !== 'review' || !Array.isArray(config.buttons)) return;
	config.buttons = config.buttons.map((one) =>
		one !== null && typeof one === 'object' && !Array.isArray(one) && one.revise === from
			? { ...one, revise: to }
			: one
	);
}

/** True before the steps inside are renamed themselves: blocks come before what is inside them. */
function holds(block: Step, id: string): boolean {
	return block.kind !== 'workflow' && (block.steps ?? []).some((step) => step.id === id);
}

/** A block names the steps inside it in its settings: whose output counts, and what its condition looks at. */
function renameResult(block: Step, from: string, to: string): void {
	if (block.with.result === from) block.with.result = to;
	if (block.kind === 'loop' && typeof block.with.until === 'string')
		block.with.until = renameName(block.with.until, from, to);
}

/** Texts, quoted names and bare names of JSONata; a bare one after a point or a dollar is another thing. */
const TOKENS = /"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|`[^`]*`|(?<![\w$])(?<!\.\s*)[a-z_]\w*/gi;

/** Gives a name at the root of a JSONata expression another one; texts and members of other things stay. */
export function renameName(expression: string, from: string, to: string): string {
	const written = /^[a-z_]\w*$/i.test(to) ? to : `\`${to}\``;
	return expression.replace(TOKENS, (token, at: number) => {
		if (token === from) return written;
		const member = /\.\s*$/.test(expression.slice(0, at));
		return token === `\`${from}\`` && !member ? written : token;
	});
}
