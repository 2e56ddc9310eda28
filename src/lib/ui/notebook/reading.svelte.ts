/** Where the reader is: the cell gone to by key or click, else the one that crosses the upper third of the window. */
export class Reading {
	#seen = $state<string | null>(null);
	#gone = $state<string | null>(null);
	/** At the top of the page nobody has begun to read. */
	#begun = $state(false);
	readonly #root: () => HTMLElement | undefined;
	readonly #ids: () => string[];

	constructor(root: () => HTMLElement | undefined, ids: () => string[]) {
		this.#root = root;
		this.#ids = ids;
		$effect(() => {
			const list = ids();
			const crossing: Record<string, boolean> = {};
			const observer = new IntersectionObserver(
				(entries) => {
					for (const { target, isIntersecting } of entries) {
						if (target instanceof HTMLElement) crossing[target.dataset['cell'] ?? ''] = isIntersecting;
					}
					this.#seen = list.findLast((id) => crossing[id]) ?? this.#seen;
				},
				{ rootMargin: '-25% 0px -65% 0px' }
			);
			for (const id of list) {
				const element = this.#element(id);
				if (element) observer.observe(element);
			}
			return () => observer.disconnect();
		});
		$effect(() => {
			const scrolled = () => (this.#begun = scrollY > 60);
			addEventListener('scroll', scrolled, { passive: true });
			return () => removeEventListener('scroll', scrolled);
		});
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

	go(id: string): void {
		const element = this.#element(id);
		if (!element) return;
		this.#gone = id;
		element.focus({ preventScroll: true });
		element.scrollIntoView({ block: 'start' });
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

	#element(id: string): HTMLElement | null {
		return this.#root()?.querySelector<HTMLElement>(`[data-cell="${CSS.escape(id)}"]`) ?? null;
	}
}
