# shellcheck shell=bash
# What Debian does not have, into build/dependencies/: LibTorch and the sources of base64. Needs steps.sh.

DEPENDENCIES=$ROOT/build/dependencies
# goes up when what is kept of a download changes, so that older folders are made anew
LAYOUT=1
PYTHON=/usr/bin/python3

# is_current FOLDER WORD: whether FOLDER was made from what WORD stands for.
is_current() {
  [[ -f $1/.made-from && $(<"$1/.made-from") == "$2" ]]
}

# replace_folder NEW OLD WORD: puts the finished folder NEW in OLD's place, marked with WORD.
replace_folder() {
  echo "$3" >"$1/.made-from"
  rm -rf "$2.old"
  if [[ -e $2 ]]; then mv "$2" "$2.old"; fi
  mv "$1" "$2"
  rm -rf "$2.old"
}

# pip_download FOLDER OPTION...: downloads exactly what requirement files name, checked against their hashes.
pip_download() {
  local folder=$1
  shift
  "$PYTHON" -m pip download --disable-pip-version-check --progress-bar off --no-deps --require-hashes --dest "$folder" "$@"
}

# has_nvidia_driver: whether this host can run CUDA programs.
has_nvidia_driver() {
  [[ -e /proc/driver/nvidia/version ]] || command -v nvidia-smi >/dev/null
}

# libtorch_variant [cpu|cuda]: which LibTorch is wanted. What was asked for once is remembered; else the host decides.
libtorch_variant() {
  local remembered=$DEPENDENCIES/libtorch-variant
  if [[ -n ${1:-} ]]; then
    mkdir -p "$DEPENDENCIES"
    echo "$1" >"$remembered"
  fi
  if [[ -f $remembered ]]; then
    cat "$remembered"
  elif has_nvidia_driver; then
    echo cuda
  else
    echo cpu
  fi
}

# keep_cpu_libraries FOLDER: removes what only a CUDA host or Python loads, and replaces libtorch.so, which a compiled
# model asks for by name and which would ask for all of CUDA, by an empty library that needs only libtorch_cpu.so.
keep_cpu_libraries() {
  find "$1/torch/lib" -mindepth 1 ! -name 'libc10.so' ! -name 'libgomp*' ! -name 'libtorch_cpu.so' -delete
  find "$1/nvidia" -name '*.so*' ! -name 'libcudart.so.*' ! -name 'libcupti.so.*' -delete
  # shellcheck disable=SC2016 # $ORIGIN is for the dynamic linker
  g++ -shared -fPIC -nostdlib -x c /dev/null -o "$1/torch/lib/libtorch.so" -Wl,-soname,libtorch.so \
    -Wl,--no-as-needed -L"$1/torch/lib" -ltorch_cpu -Wl,-rpath,'$ORIGIN'
}

# unpack_libtorch VARIANT FOLDER: makes FOLDER/torch and FOLDER/nvidia, which find each other by relative paths.
unpack_libtorch() {
  local variant=$1 folder=$2 download=$2.download wheel
  local requirements=(-r "$ROOT/scripts/requirements/libtorch.txt")
  if [[ $variant == cuda ]]; then requirements+=(-r "$ROOT/scripts/requirements/libtorch-cuda.txt"); fi
  rm -rf "$folder" "$download"
  mkdir -p "$folder" "$download"
  pip_download "$download" --only-binary :all: "${requirements[@]}"
  for wheel in "$download"/torch-*.whl; do
    unzip -q "$wheel" 'torch/include/*' 'torch/lib/*' '*.dist-info/licenses/*' -d "$folder"
  done
  for wheel in "$download"/nvidia_*.whl; do
    unzip -q "$wheel" 'nvidia/*.so*' '*.dist-info/*' -d "$folder"
  done
  rm -rf "$download"
  if [[ $variant == cpu ]]; then
    keep_cpu_libraries "$folder"
  else
    rm -rf "$folder"/torch/lib/{libshm,libshm_windows,libshm.so,libtorch_python.so,libtorch_global_deps.so}
  fi
}

# install_libtorch [cpu|cuda]
install_libtorch() {
  if [[ -n ${LIBTORCH_ROOT:-} ]]; then
    [[ -f $LIBTORCH_ROOT/include/torch/script.h && -f $LIBTORCH_ROOT/lib/libtorch_cpu.so ]] ||
      fail "LIBTORCH_ROOT is $LIBTORCH_ROOT, but it has no include/torch/script.h or no lib/libtorch_cpu.so"
    say "using the LibTorch in $LIBTORCH_ROOT"
    return
  fi
  local variant word new=$DEPENDENCIES/libtorch.new size='0.6 GB'
  variant=$(libtorch_variant "${1:-}")
  word="$variant $LAYOUT $(fingerprint "$ROOT"/scripts/requirements/libtorch{,-cuda}.txt)"
  if is_current "$DEPENDENCIES/libtorch" "$word"; then
    return
  fi
  if [[ $variant == cuda ]]; then size='2.5 GB'; fi
  step libtorch "downloading LibTorch 2.11.0 for $variant ($size)" unpack_libtorch "$variant" "$new"
  replace_folder "$new" "$DEPENDENCIES/libtorch" "$word"
}

# unpack_base64 FOLDER
unpack_base64() {
  local folder=$1 download=$1.download
  rm -rf "$folder" "$download"
  mkdir -p "$folder" "$download"
  # pip asks the sources for their name with setuptools; in build isolation it would fetch one without a known hash
  pip_download "$download" --only-binary :all: -r "$ROOT/scripts/requirements/base64-tools.txt"
  unzip -q "$download"/setuptools-*.whl -d "$download/tools"
  PYTHONPATH=$download/tools pip_download "$download" --no-binary :all: --no-build-isolation \
    -r "$ROOT/scripts/requirements/base64.txt"
  tar --extract --gzip --file "$download"/pybase64-*.tar.gz --directory "$folder" --strip-components 2 \
    --wildcards '*/base64/*'
  rm -rf "$download"
}

install_base64() {
  local word new=$DEPENDENCIES/base64.new
  word="$LAYOUT $(fingerprint "$ROOT"/scripts/requirements/base64{,-tools}.txt)"
  if is_current "$DEPENDENCIES/base64" "$word"; then
    return
  fi
  step base64 "downloading the sources of base64" unpack_base64 "$new"
  replace_folder "$new" "$DEPENDENCIES/base64" "$word"
}
