import { hashOf, hashOfJson, OPEN, type ValueRef } from '$lib/core';
import { workflowSchema, type Workflow } from '$lib/workflow';
import { decide, type Command } from './decide';
import { attemptId } from './due';
import type { RunEvent } from './event';
import { fold } from './fold';
import { emptyRun, type RunState } from './state';

/** A reference to a text that is nowhere stored: enough for the pure rooms. */
export function refTo(text: string): ValueRef {
	return { hash: hashOf(text), media: 'text/markdown', bytes: text.length, labels: OPEN, from: [] };
}

/** collect -> draft -> review -> save. */
export function smallWorkflow(): Workflow {
	return workflowSchema.parse({
		format: 1,
		id: 'small',
		title: 'Small',
		inputs: [{ id: 'week', title: 'Week' }],
		steps: [
			{ id: 'collect', title: 'Collect', kind: 'collect', job: 'collect' },
			{
				id: 'draft',
				title: 'Draft',
				kind: 'model',
				job: 'draft',
				inputs: { documents: 'steps.collect.output' }
			},
			{
				id: 'review',
				title: 'Review',
				kind: 'review',
				job: 'decide',
				inputs: { draft: 'steps.draft.output' },
				with: { question: 'Ready?', criteria: ['True'], maxRevisions: 2 }
			},
			{ id: 'save', title: 'Save', kind: 'save', job: 'act', inputs: { value: 'steps.review.output' } }
		]
	});
}

/** Folds a story told as commands and events; throws when a command is refused. */
export class Story {
	state: RunState = emptyRun('r1');
	events: RunEvent[] = [];
	now = 1_000;

	say(...events: RunEvent[]): this {
		for (const event of events) {
			this.events.push(event);
			this.state = fold(this.state, event);
		}
		return this;
	}

	do(command: Command): this {
		const decided = decide(this.state, command, { now: (this.now += 1) });
		if (!decided.ok) throw new Error(decided.failure.code);
		return this.say(...decided.value);
	}

	start(definition = smallWorkflow()): this {
		return this.do({
			type: 'start',
			number: 1,
			title: 'Run',
			date: '2026-11-23',
			trigger: 'person',
			definition,
			definitionHash: hashOfJson(definition),
			workflowVersion: 1,
			inputs: { week: 'W47' },
			sources: {},
			provider: { id: 'built-in', title: 'Built-in', onDevice: true, config: {} }
		});
	}

	begin(stepId: string, attempt = 1): this {
		const revision = this.state.steps[stepId]?.revision ?? 1;
		const id = attemptId(this.state.id, stepId, revision, attempt);
		return this.say({
			type: 'attempt.started',
			at: (this.now += 1),
			attemptId: id,
			stepId,
			revision,
			attempt,
			inputs: {}
		});
	}

	succeed(stepId: string, text: string, attempt = 1): this {
		const revision = this.state.steps[stepId]?.revision ?? 1;
		const id = attemptId(this.state.id, stepId, revision, attempt);
		return this.begin(stepId, attempt).say({
			type: 'attempt.succeeded',
			at: (this.now += 1),
			attemptId: id,
			stepId,
			output: refTo(text),
			evidence: [],
			flags: [],
			verdicts: [],
			egress: [],
			ms: 1
		});
	}

	fail(stepId: string, retryable: boolean, attempt = 1): this {
		const revision = this.state.steps[stepId]?.revision ?? 1;
		const id = attemptId(this.state.id, stepId, revision, attempt);
		return this.begin(stepId, attempt).say({
			type: 'attempt.failed',
			at: (this.now += 1),
			attemptId: id,
			stepId,
			failure: { code: 'x', message: 'It failed.', retryable },
			egress: [],
			ms: 1
		});
	}

	ask(text: string): this {
		const revision = this.state.steps['review']?.revision ?? 1;
		return this.say({
			type: 'review.requested',
			at: (this.now += 1),
			stepId: 'review',
			revision,
			draft: refTo(text)
		});
	}
}
