import { connectionReport, testConnection, type ConnectionCheck } from '$lib/app';
import { connectionName, type Failure, type ProviderChoice } from '$lib/core';

/** The test of one connection: what it found last, and the one that is running. Make it while a component is set up. */
export class Connection {
	#running = $state.raw<{ name: string; checks: readonly ConnectionCheck[] } | null>(null);
	/** Why the test itself did not come to its end. */
	failure = $state.raw<Failure | null>(null);
	readonly #choice: () => ProviderChoice;
	readonly #stored;

	constructor(choice: () => ProviderChoice) {
		this.#choice = choice;
		this.#stored = connectionReport(choice);
	}

	/** A test is under way, of this choice or of the one before it. */
	get busy(): boolean {
		return this.#running !== null;
	}

	/** What the test that is running has found; null while none of this choice is. */
	get now(): readonly ConnectionCheck[] | null {
		return this.#running?.name === connectionName(this.#choice()) ? this.#running.checks : null;
	}

	/** What the model that is tried is doing before it can answer; null while it is not loaded. */
	get loading(): string | null {
		return this.now?.find(({ state }) => state === 'busy')?.says ?? null;
	}

	get checks(): readonly ConnectionCheck[] {
		return this.now ?? this.#stored.current?.checks ?? [];
	}

	/** The last test, and when it was, ms since 1970; null where there was none. */
	get last(): { at: number; failed: ConnectionCheck | undefined } | null {
		const report = this.#stored.current;
		if (!report) return null;
		return { at: report.at, failed: report.checks.find(({ state }) => state === 'failed') };
	}

	async test(choice: ProviderChoice): Promise<void> {
		this.failure = null;
		const name = connectionName(choice);
		this.#running = { name, checks: [] };
		const done = await testConnection(choice, (check) => {
			if (this.#running?.name !== name) return;
			const others = this.#running.checks.filter(({ id }) => id !== check.id);
			this.#running = { name, checks: [...others, check] };
		});
		this.#running = null;
		if (!done.ok) this.failure = done.failure;
	}
}
