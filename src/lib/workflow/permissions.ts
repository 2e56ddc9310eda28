import { everyStep } from './blocks';
import { ancestors, descendants, needsMap } from './graph';
import { parseRef } from './refs';
import type { Source, Step, Workflow } from './schema';
import { modelWish } from './wish';

/** What a workflow may do, read off its document. */

/** Something that lets data leave the device: a remote model, or requests to one host. Stable: it is what a person allows. */
export type Power = 'model' | `host:${string}`;

/** One step of the table. */
export interface PermissionRow {
	step: Step;
	/** Titles of what it is given. */
	sees: string[];
	mayPropose: string[];
	mayDo: string[];
	/** Titles of the gates and checks that its result goes through, or that what it does has gone through. */
	checkedBy: string[];
	/** What of that needs the person's word in a workflow that came from elsewhere. */
	powers: Power[];
}

/** The table of a workflow, in the order of its document; steps inside blocks follow their block. */
export function permissionRows(workflow: Workflow): PermissionRow[] {
	const needs = needsMap(workflow.steps);
	return [...everyStep(workflow.steps)].map(({ step }) => ({
		step,
		sees: seenBy(step, workflow),
		mayPropose: proposalsOf(step),
		mayDo: doingsOf(step, workflow),
		checkedBy: checkersOf(step, workflow, needs),
		powers: powersOfStep(step, workflow)
	}));
}

/** Every power that a workflow asks for. */
export function powersOf(workflow: Workflow): Power[] {
	return [...new Set([...everyStep(workflow.steps)].flatMap(({ step }) => powersOfStep(step, workflow)))];
}

export function sayPower(power: Power): string {
	return power === 'model'
		? 'Let a model elsewhere have what its steps see'
		: `Send approved requests to ${power.slice('host:'.length)}`;
}

/** The workflow with nothing in it but what was allowed: models on this device only, and no other hosts. */
export function limitedTo(workflow: Workflow, allowed: ReadonlySet<string>): Workflow {
	return { ...workflow, steps: workflow.steps.map((step) => limited(step, allowed)) };
}

function limited(step: Step, allowed: ReadonlySet<string>): Step {
	const { model, hosts } = step.permissions;
	return {
		...step,
		permissions: {
			...step.permissions,
			model: model === 'any' && !allowed.has('model') ? 'on-device' : model,
			...(hosts ? { hosts: hosts.filter((host) => allowed.has(`host:${host}`)) } : {})
		},
		...(step.steps ? { steps: step.steps.map((one) => limited(one, allowed)) } : {})
	};
}

function powersOfStep(step: Step, workflow: Workflow): Power[] {
	const wish = modelWish(step, workflow);
	const hosts = (step.permissions.hosts ?? []).map((host): Power => `host:${host}`);
	return wish && wish.privacy !== 'device' ? ['model', ...hosts] : hosts;
}

function seenBy(step: Step, workflow: Workflow): string[] {
	const titles = Object.values(step.inputs).map((text) => titleOf(text, workflow));
	const collected = step.kind === 'collect' ? sourcesOf(step, workflow.sources) : [];
	return [...new Set([...collected, ...titles])];
}

function sourcesOf(step: Step, sources: readonly Source[]): string[] {
	const named = step.with['sources'];
	const ids = Array.isArray(named) ? named : sources.map(({ id }) => id);
	return sources.filter(({ id }) => ids.includes(id)).map(sourceTitle);
}

/** With the host of a web page, though no word is needed for it: the page is fetched at a click, each time. */
function sourceTitle({ kind, title, url = '' }: Source): string {
	return kind === 'page' && URL.canParse(url)
		? `${title} (a page of ${new URL(url).host}, fetched when you say so)`
		: title;
}

/** What a reference names, as a person calls it. */
function titleOf(text: string, workflow: Workflow): string {
	const read = parseRef(text);
	if ('problem' in read) return text;
	const { ref } = read;
	if (ref.root === 'sources') return workflow.sources.find(({ id }) => id === ref.id)?.title ?? ref.id;
	if (ref.root === 'inputs') return workflow.inputs.find(({ id }) => id === ref.id)?.title ?? ref.id;
	if (ref.root !== 'steps') return text;
	const found = [...everyStep(workflow.steps)].find(({ step }) => step.id === ref.id);
	return found ? `“${found.step.title}”` : ref.id;
}

function proposalsOf(step: Step): string[] {
	const { hosts = [] } = step.permissions;
	if (step.kind === 'propose') {
		return step.with['action'] === 'notify'
			? ['a notification']
			: hosts.map((host) => `a request to ${host}`);
	}
	return step.kind === 'model' ? [step.output.type === 'json' ? 'data' : 'a text'] : [];
}

function doingsOf(step: Step, workflow: Workflow): string[] {
	const { write, hosts = [] } = step.permissions;
	const wish = modelWish(step, workflow);
	const does: string[] = [];
	if (wish)
		does.push(wish.privacy === 'device' ? 'ask a model on this device' : 'ask a model, also elsewhere');
	if (step.kind === 'request') does.push(...hosts.map((host) => `send to ${host}`));
	if (step.kind === 'save')
		does.push(write.length > 0 ? `write to ${write.join(', ')}` : 'write to the library');
	if (step.kind === 'notify') does.push('show a notification');
	if (step.kind === 'hand-over') does.push('give you a text to hand on');
	if (step.kind === 'code') does.push('run its code, in a sandbox');
	if (step.kind === 'workflow') does.push('run another workflow');
	return does;
}

function checkersOf(step: Step, workflow: Workflow, needs: ReadonlyMap<string, readonly string[]>): string[] {
	const around = step.job === 'act' ? ancestors(step.id, needs) : descendants(step.id, needs);
	return workflow.steps
		.filter(
			(one) => around.has(one.id) && (one.kind === 'review' || (one.kind === 'check' && step.job !== 'act'))
		)
		.map(({ title }) => title);
}
