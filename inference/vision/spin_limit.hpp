#pragma once

namespace ocelli::inference {

/// Makes the threads inside LibTorch's operations spin for microseconds only, then sleep, while
/// they wait for each other: by default they spin for a millisecond and more, which costs little on
/// idle processors and, where decoding or a neighbour wants them, many times an operation's
/// duration. OpenMP reads this before `main`, so the program is started again in the same process,
/// with GOMP_SPINCOUNT set. Returns when the environment (GOMP_SPINCOUNT, OMP_WAIT_POLICY) decides
/// already, as it does the second time, or when the system refuses. `arguments` are those of
/// `main`; call it first there.
void limit_spinning(char** arguments);

} // namespace ocelli::inference
