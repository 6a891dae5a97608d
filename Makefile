# Two commands: `make demo` sets up, builds and reads the samples; `make test` sets up, builds and runs every test.
JOBS ?= $(shell nproc)
PRESET ?= release

.PHONY: demo test build setup clean

demo: build
	build/$(PRESET)/app/attest run samples/documents -o out/ --no-progress-bar

test: build
	ctest --preset $(PRESET) -j $(JOBS)

build: setup
	cmake --preset $(PRESET)
	cmake --build --preset $(PRESET) -j $(JOBS)

setup:
	tools/setup.sh

clean:
	rm -rf build out
