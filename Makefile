# Two commands: `make demo` sets up, builds the program and reads the samples; `make test` sets up, builds and runs every test.
JOBS ?= $(shell nproc)
PRESET ?= release

.PHONY: demo test build configure setup clean

demo: configure
	cmake --build --preset $(PRESET) -j $(JOBS) --target attest
	build/$(PRESET)/app/attest run samples/documents -o out/ --no-progress-bar

test: build
	ctest --preset $(PRESET) -j $(JOBS)

build: configure
	cmake --build --preset $(PRESET) -j $(JOBS)

configure: setup
	cmake --preset $(PRESET)

setup:
	tools/setup.sh

clean:
	rm -rf build out
