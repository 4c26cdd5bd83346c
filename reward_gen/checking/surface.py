"""What a reward program may name: the one list behind the static check, the namespaces and the prompt.

Every function here exists with NumPy's meaning and keywords in each array namespace.
"""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


ELEMENTWISE = _words(
    """
    abs absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh ceil clip copysign cos
    cosh deg2rad degrees divide equal exp exp2 expm1 float_power floor floor_divide fmax fmin
    greater greater_equal heaviside hypot isclose isfinite isinf isnan less less_equal log log10
    log1p log2 logaddexp logical_and logical_not logical_or logical_xor maximum minimum mod multiply
    nan_to_num negative not_equal power rad2deg radians reciprocal remainder rint round sign sin
    sinh sqrt square subtract tan tanh true_divide trunc where
    """
)
REDUCING = _words(
    """
    all allclose amax amin any argmax argmin argsort count_nonzero cumprod cumsum diff max mean
    median min nanmax nanmean nanmin nansum prod sort std sum var
    """
)
SHAPING = _words(
    """
    atleast_1d atleast_2d broadcast_to concatenate expand_dims flip hstack moveaxis ravel repeat
    reshape roll squeeze stack swapaxes take take_along_axis tile transpose vstack
    """
)
CREATING = _words(
    """
    arange array asarray eye full full_like linspace ones ones_like zeros zeros_like
    """
)
PRODUCTS = _words(
    """
    cross dot einsum inner matmul outer
    """
)
FUNCTIONS = ELEMENTWISE | REDUCING | SHAPING | CREATING | PRODUCTS

LINALG = frozenset({"norm", "det", "inv"})
DTYPES = frozenset({"float32", "float64", "int32", "int64", "bool_"})
CONSTANTS = frozenset({"pi", "e", "inf", "nan", "newaxis"})
XP_NAMES = FUNCTIONS | DTYPES | CONSTANTS | {"linalg"}

MATH_NAMES = _words(
    """
    acos acosh asin asinh atan atan2 atanh ceil copysign cos cosh degrees e exp expm1 fabs floor
    fmod hypot inf isclose isfinite isinf isnan log log10 log1p log2 nan pi radians sin sinh sqrt
    tan tanh tau trunc
    """
)
IMPORTABLE = frozenset({"numpy", "math"})

BUILTINS = _words(
    """
    abs all any bool dict enumerate float int len list max min range reversed round sorted sum tuple
    zip
    """
)

ARRAY_ATTRIBUTES = frozenset({"shape", "ndim", "size", "dtype", "T"})
ARRAY_METHODS = _words(
    """
    all any argmax argmin astype clip copy cumsum dot flatten item max mean min prod ravel reshape
    round squeeze std sum swapaxes transpose var
    """
)
CONTAINER_METHODS = frozenset({"append", "extend", "get", "items", "keys", "update", "values"})
CHANGING_METHODS = frozenset({"append", "extend", "update"})
ATTRIBUTES = ARRAY_ATTRIBUTES | ARRAY_METHODS | CONTAINER_METHODS

# Not `out` (writes in place), not `where` (leaves memory unset), nothing that names a type by a string.
KEYWORDS = _words(
    """
    a_max a_min atol axes axis axisa axisb axisc ddof decimals dtype endpoint equal_nan
    fill_value indices keepdims max min n nan neginf num ord posinf repeats reps
    rtol shape shift start step stop
    """
)

# Where memory of another library leads to a name that is not here.
ELSEWHERE = {
    "norm": "linalg.norm",
    "pow": "power",
    "acos": "arccos",
    "asin": "arcsin",
    "atan": "arctan",
    "atan2": "arctan2",
    "concat": "concatenate",
    "cat": "concatenate",
    "clamp": "clip",
    "fabs": "abs",
    "float": "float64",
    "int": "int64",
    "bool": "bool_",
    "empty": "zeros",
    "empty_like": "zeros_like",
    "sigmoid": "1.0 / (1.0 + xp.exp(-x))",
}
