import { tick } from 'svelte';
import type { Attachment } from 'svelte/attachments';

/** So long a cell that was gone to stays where it is while those around it are filled, milliseconds. */
const HOLD_MS = 1500;

/** Where the reader is: the cell gone to by key or click, else the one that crosses the upper third of the window. */
export class Reading {
	#seen = $state<string | null>(null);
	#gone = $state<string | null>(null);
	/** At the top of the page nobody has begun to read. */
	#begun = $state(false);
	readonly #root: () => HTMLElement | undefined;
	readonly #ids: () => string[];
	readonly #draw: () => void;
	#heldUntil = 0;
	#crossing: string[] = [];
	readonly #observer: IntersectionObserver;

	/** `draw`: called when a cell is gone to that has not been drawn yet. */
	constructor(root: () => HTMLElement | undefined, ids: () => string[], draw: () => void) {
		this.#root = root;
		this.#ids = ids;
		this.#draw = draw;
		this.#observer = new IntersectionObserver((entries) => this.#look(entries), {
			rootMargin: '-25% 0px -65% 0px'
		});
		$effect(() => () => this.#observer.disconnect());
		$effect(() => {
			const element = root();
			if (!element) return;
			const sizes = new ResizeObserver(() => this.#hold());
			sizes.observe(element);
			return () => sizes.disconnect();
		});
		$effect(() => {
			const scrolled = () => (this.#begun = scrollY > 60);
			addEventListener('scroll', scrolled, { passive: true });
			return () => removeEventListener('scroll', scrolled);
		});
	}

	/** Takes an element into account as the place of a cell, as long as it is there. */
	watch(id: string): Attachment<HTMLElement> {
		return (element) => {
			element.dataset['at'] = id;
			this.#observer.observe(element);
			return () => {
				this.#observer.unobserve(element);
				this.#crossing = this.#crossing.filter((one) => one !== id);
			};
		};
	}

	/** The step that the rail marks; null at the top of the page. */
	get marked(): string | null {
		return this.#gone ?? (this.#begun ? this.#seen : null);
	}

	get current(): string | null {
		return this.marked ?? this.#ids()[0] ?? null;
	}

	/** Scrolling by hand: from now on the window says where the reader is. */
	let(): void {
		this.#gone = null;
	}

	/** Says where the reader is, and moves nothing. */
	mark(id: string): void {
		this.#gone = id;
	}

	go(id: string): void {
		const element = this.#element(id);
		if (element) this.#show(id, element);
		else if (this.#ids().includes(id)) {
			this.#draw();
			void tick().then(() => {
				const drawn = this.#element(id);
				if (drawn) this.#show(id, drawn);
			});
		}
	}

	/** Gives a cell the focus where it stands. */
	focus(id: string): void {
		this.#element(id)?.focus({ preventScroll: true });
	}

	/** To the cell after or before; the first press begins at the top. */
	step(by: 1 | -1): void {
		const ids = this.#ids();
		const next = this.marked === null ? ids[0] : ids[ids.indexOf(this.marked) + by];
		if (next !== undefined) this.go(next);
	}

	/** True when the middle of the window shows it. */
	inView(id: string): boolean {
		const box = this.#element(id)?.getBoundingClientRect();
		return box !== undefined && box.top < innerHeight * 0.7 && box.bottom > innerHeight * 0.3;
	}

	#show(id: string, element: HTMLElement): void {
		this.#gone = id;
		this.#heldUntil = performance.now() + HOLD_MS;
		element.focus({ preventScroll: true });
		element.scrollIntoView({ block: 'start' });
	}

	#hold(): void {
		if (this.#gone === null || performance.now() > this.#heldUntil) return;
		this.#element(this.#gone)?.scrollIntoView({ block: 'start' });
	}

	#look(entries: IntersectionObserverEntry[]): void {
		for (const { target, isIntersecting } of entries) {
			const id = (target as HTMLElement).dataset['at'] ?? '';
			this.#crossing = this.#crossing.filter((one) => one !== id);
			if (isIntersecting) this.#crossing.push(id);
		}
		this.#seen = this.#ids().findLast((id) => this.#crossing.includes(id)) ?? this.#seen;
	}

	#element(id: string): HTMLElement | null {
		return this.#root()?.querySelector<HTMLElement>(`[data-cell="${CSS.escape(id)}"]`) ?? null;
	}
}
