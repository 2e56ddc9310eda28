import { Annotation, END, MemorySaver, START, StateGraph } from '@langchain/langgraph/web';
import { expose } from 'comlink';
import { stateAfter } from './state';

const State = Annotation.Root({ count: Annotation<number>(), text: Annotation<string>() });

const api = {
	/** Milliseconds of a node that runs again and again, with a checkpoint of its state in memory after each time. */
	async loop(steps: number): Promise<number> {
		const graph = new StateGraph(State)
			.addNode('step', (state) => stateAfter(state) as { count: number; text: string })
			.addEdge(START, 'step')
			.addConditionalEdges('step', ({ count }) => (count < steps ? 'step' : END))
			.compile({ checkpointer: new MemorySaver() });
		const config = { configurable: { thread_id: crypto.randomUUID() }, recursionLimit: steps + 10 };
		const begun = performance.now();
		const end = await graph.invoke({ count: 0, text: '' }, config);
		const ms = performance.now() - begun;
		if (end.count !== steps) throw new Error(`the peer did ${end.count} steps`);
		return ms;
	}
};

export type PeerBench = typeof api;

expose(api);
